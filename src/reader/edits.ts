// A reader's edits of cells.

import { type Edit, editPrefix, isEdit, parse } from "./stored.ts";

/** The edit of a cell; null where there is none, or none that can be read. */
export function readEdit(key: string): Edit | null {
  try {
    const edit = parse(localStorage.getItem(editPrefix + key));
    return isEdit(edit) ? edit : null;
  } catch {
    return null; // storage is blocked
  }
}

/** Keeps an edit, or forgets it where the text is the original again. Returns a sentence if that failed. */
export function keepEdit(key: string, text: string, original: string): string | null {
  try {
    if (text === original) {
      localStorage.removeItem(editPrefix + key);
    } else {
      const edit: Edit = { text, of: fingerprint(original), on: new Date().toISOString() };
      localStorage.setItem(editPrefix + key, JSON.stringify(edit));
    }
    return null;
  } catch (error) {
    return (error as Error).name === "QuotaExceededError"
      ? "Your edit could not be kept: this browser's storage for the site is full. Copy the text before you leave the page."
      : "Your edit is not kept: this browser does not let the site store anything. Copy the text before you leave the page.";
  }
}

/** A short number for a text: different texts almost surely have different ones (FNV-1a, 32 bits). */
export function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}
