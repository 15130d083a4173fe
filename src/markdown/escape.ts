const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** A text as HTML shows it, inside an element or in an attribute. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (c) => escapes[c]);
