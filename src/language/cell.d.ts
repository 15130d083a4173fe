// What a cell finds in its worker besides the language itself: see src/cells/worker.ts. Read as text by the service.

declare const console: Record<
  "log" | "info" | "debug" | "warn" | "error" | "table",
  (...values: unknown[]) => void
>;
declare const performance: { now(): number };
declare function setTimeout(
  // biome-ignore lint/suspicious/noExplicitAny: what is handed on may be anything
  handler: (...args: any[]) => void,
  milliseconds?: number,
  ...args: unknown[]
): number;
declare function clearTimeout(id?: number): void;
declare function setInterval(
  // biome-ignore lint/suspicious/noExplicitAny: as above
  handler: (...args: any[]) => void,
  milliseconds?: number,
): number;
declare function clearInterval(id?: number): void;
declare function queueMicrotask(task: () => void): void;
declare function structuredClone<T>(value: T): T;
declare class TextEncoder {
  encode(text?: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  decode(bytes?: ArrayBufferView | ArrayBuffer): string;
}
