declare global {
  interface Window {
    say(line: string): Promise<void>; // given by the script
  }
}

/** Prints a line where the script was started. */
export const say = (line: string): Promise<void> => window.say(line);
