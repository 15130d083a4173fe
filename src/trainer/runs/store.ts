// The runs that are kept: the newest twenty, in this browser, and for as long as the page is open where it gives no place.

import { isKept, type KeptRun } from "./kept.ts";

/** Where runs are kept, by when they began. */
export interface Shelf {
  all(): Promise<unknown[]>;
  put(run: KeptRun): Promise<void>;
  remove(begun: number): Promise<void>;
}

export const mostKept = 20;

export class RunStore {
  readonly #shelf: Shelf | null;
  #runs: KeptRun[] = [];
  #trouble = "";

  private constructor(shelf: Shelf | null) {
    this.#shelf = shelf;
  }

  /** @param open fails where the browser gives no place */
  static async open(open: () => Promise<Shelf>): Promise<RunStore> {
    try {
      const shelf = await open();
      const store = new RunStore(shelf);
      store.#runs = (await shelf.all()).filter(isKept).sort(newestFirst);
      await store.#letGo(); // two tabs that were open at once can have kept more
      return store;
    } catch (error) {
      const store = new RunStore(null);
      store.#fail(error as Error);
      return store;
    }
  }

  /** Newest first. */
  get runs(): readonly KeptRun[] {
    return this.#runs;
  }

  /** Why the last of them will be gone with the page, in a sentence; "" if it will not. */
  get trouble(): string {
    return this.#trouble;
  }

  find(begun: number): KeptRun | undefined {
    return this.#runs.find((run) => run.begun === begun);
  }

  /** Keeps a run, as it is now if it was kept before. Of too many, the oldest go. */
  async keep(run: KeptRun): Promise<void> {
    this.#runs = [run, ...this.#runs.filter(({ begun }) => begun !== run.begun)].sort(newestFirst);
    await this.#letGo();
    await this.#try((shelf) => shelf.put(run));
  }

  /** The oldest, where there are too many. */
  async #letGo(): Promise<void> {
    const old = this.#runs.splice(mostKept);
    if (old.length === 0) return;
    await this.#try(async (shelf) => {
      for (const { begun } of old) await shelf.remove(begun);
    });
  }

  async rename(begun: number, name: string): Promise<void> {
    const run = this.find(begun);
    if (run) await this.keep({ ...run, name });
  }

  async remove(begun: number): Promise<void> {
    this.#runs = this.#runs.filter((run) => run.begun !== begun);
    await this.#try((shelf) => shelf.remove(begun));
  }

  async #try(act: (shelf: Shelf) => Promise<void>): Promise<void> {
    if (!this.#shelf) return;
    try {
      await act(this.#shelf);
      this.#trouble = "";
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #fail({ name, message }: Error): void {
    this.#trouble =
      name === "QuotaExceededError"
        ? "The browser's storage for this site is full: the newest run is kept only while this page is open. Delete other runs, or free some space."
        : `This browser keeps no runs for this site (${message}): they are here only while this page is open.`;
  }
}

const newestFirst = (a: KeptRun, b: KeptRun): number => b.begun - a.begun;
