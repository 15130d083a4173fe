/**
 * Makes a function that waits until everything which is already waiting, such as messages from the page, has had its
 * turn. A timer would do that too, but timers are slowed to one a second, or one a minute, in a tab that is hidden.
 */
export function createTick(): () => Promise<void> {
  const { port1, port2 } = new MessageChannel();
  let resolve = () => {};
  port1.onmessage = () => resolve();
  return () =>
    new Promise((done) => {
      resolve = done;
      port2.postMessage(null);
    });
}
