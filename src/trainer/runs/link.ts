// The settings of a run as an address. They are in its fragment, which a browser sends to no server.

import { checkSettings, defaults, type Settings, settingNames } from "../../training/settings.ts";

const beginning = "#run:";

/** @param page address of the page on which the link is to open the form */
export function linkOf(settings: Settings, page: string): string {
  const fields = new URLSearchParams();
  for (const name of settingNames) {
    const value = settings[name];
    if (value === undefined) continue;
    fields.set(name, typeof value === "string" ? value : JSON.stringify(value));
  }
  return `${page.split("#")[0]}${beginning}${fields}`;
}

/**
 * The settings in the fragment of an address; null if it is about something else. What is not in it is as usual.
 *
 * @throws Error if it cannot be used, with the reason as its message
 */
export function readLink(fragment: string): Settings | null {
  if (!fragment.startsWith(beginning)) return null;
  const given = Object.fromEntries(new URLSearchParams(fragment.slice(beginning.length)));
  const names: readonly string[] = settingNames;
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`${unknown} is no setting`);
  const values = Object.entries(given).map(([name, text]) => [name, parsed(text)]);
  const usual = Object.hasOwn(defaults, given.preset ?? "")
    ? defaults[given.preset as Settings["preset"]]
    : {};
  const settings = checkSettings({ ...usual, ...Object.fromEntries(values) });
  if (settings.vocabulary !== "published") return settings;
  throw new Error(
    "its model came from files with a tokenizer, which no link can hold: choose those files under Weights to begin with, and the settings by hand",
  );
}

/** Everything but words is JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
