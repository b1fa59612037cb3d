import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** What was appended before, oldest first, and a way to append more. */
export type AppendOnlyFile = {
  readonly entries: readonly unknown[];
  /** Returns when the operating system has the line: it outlives this process, though not a power cut. */
  readonly append: (entry: unknown) => void;
  readonly close: () => void;
};

/** Length in bytes of the whole lines: a line without its end was cut off by a kill and was never acknowledged. */
const wholeLines = (bytes: Buffer): number => bytes.lastIndexOf(0x0a) + 1;

/** JSON lines. A torn last line is cut away, so that the next line does not grow onto it. Throws when an earlier line is not JSON. */
export const openAppendOnlyFile = (path: string): AppendOnlyFile => {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, 'a+');
  const bytes = readFileSync(file);
  const whole = wholeLines(bytes);
  if (whole < bytes.length) ftruncateSync(file, whole);
  const lines = bytes.subarray(0, whole).toString('utf8').split('\n');
  const entries: unknown[] = lines.filter((line) => line !== '').map((line) => JSON.parse(line));
  return {
    entries,
    append: (entry) => {
      const line = Buffer.from(`${JSON.stringify(entry)}\n`, 'utf8');
      let written = 0;
      while (written < line.length) written += writeSync(file, line, written);
    },
    close: () => closeSync(file),
  };
};
