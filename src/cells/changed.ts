// What other parts of a page may ask of a cell.

/** What a cell tells when its text has changed, by hand or otherwise. */
export const changedEvent = "llm.ts changed";

export interface CellElement extends HTMLElement {
  /** What is in the cell now. */
  readonly text: string;
  /** Whether that is something else than the lesson's code. */
  readonly changed: boolean;
  /** Puts another text into the editor, the cursor at a line of it, and says what was done; undo brings the old one back. */
  replaceText(text: string, line: number, says: string): Promise<void>;
  /** Says something beside the cell's buttons. */
  say(text: string): void;
}
