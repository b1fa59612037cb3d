import { addEventHandler } from 'jest-circus';

// The runner knows no time limits, and a test that waits for ever would hold up all others. Of an error it prints the stack
// alone, and what a property failed of is the cause of its error.

const defaultMs = 180_000;

const tellingCause = (error) => {
  if (error instanceof Error && error.cause instanceof Error) error.stack += `\nCaused by: ${error.cause.stack}`;
  return error;
};

const within = (run, limitMs) => async () => {
  let timer;
  const overdue = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`This took longer than ${limitMs / 1000} s.`)), limitMs);
  });
  try {
    return await Promise.race([run(), overdue]);
  } catch (error) {
    throw tellingCause(error);
  } finally {
    clearTimeout(timer);
  }
};

addEventHandler(({ name }, { currentDescribeBlock }) => {
  const added =
    name === 'add_test'
      ? currentDescribeBlock.tests.at(-1)
      : name === 'add_hook'
        ? currentDescribeBlock.hooks.at(-1)
        : undefined;
  if (added) added.fn = within(added.fn, added.timeout ?? defaultMs);
});
