/**
 * Puts sentences into a polite live region, at most one every few seconds, so that a screen reader is not kept talking.
 * Of those that come too soon only the last is said.
 */
export function createAnnouncer(
  place: HTMLElement,
  seconds = 5,
): (text: string, now?: boolean) => void {
  let said = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (text, now = false) => {
    clearTimeout(timer);
    const wait = now ? 0 : said + seconds * 1000 - performance.now();
    const say = () => {
      said = performance.now();
      if (place.textContent !== text) place.textContent = text;
    };
    if (wait <= 0) say();
    else timer = setTimeout(say, wait);
  };
}
