// Where the browser keeps the runs: a table of IndexedDB, which every page of this site sees and no other site.

import type { Shelf } from "./store.ts";

const table = "runs";

/** @throws DOMException where there is no such place, as in some private windows */
export async function openShelf(): Promise<Shelf> {
  const opening = indexedDB.open("llm.ts", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(table, { keyPath: "begun" });
  const database = await done(opening);
  database.onversionchange = () => database.close();
  const change = (act: (runs: IDBObjectStore) => void) =>
    new Promise<void>((resolve, reject) => {
      const transaction = database.transaction(table, "readwrite");
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error); // a full disk is noticed only at the end
      act(transaction.objectStore(table));
    });
  return {
    all: () => done(database.transaction(table).objectStore(table).getAll()),
    put: (run) => change((runs) => runs.put(run)),
    remove: (begun) => change((runs) => runs.delete(begun)),
  };
}

function done<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
