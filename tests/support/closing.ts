import { afterEach } from '@jest/globals';

type Closable = { readonly close: () => Promise<void> };

/**
 * For the top of a test file: what a test opened is closed behind it, in the order in which it was opened. What the test
 * has closed itself is not closed again.
 */
export const closingAfterEach = (): (<T extends Closable>(opened: T) => T) => {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });
  return (opened) => {
    let open = true;
    const close = async (): Promise<void> => {
      if (open) await opened.close();
      open = false;
    };
    closing.push(close);
    return { ...opened, close };
  };
};
