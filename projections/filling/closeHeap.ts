import { setFlagsFromString } from 'node:v8';

/** How much garbage may be in the heap before it is cleared, in hundredths of what is alive; 0: as Node sees fit. */
const growingPercent = { closely: 60, asNodeSeesFit: 0 };

let working = 0;

const grow = (percent: number): void => setFlagsFromString(`--heap-growing-percent=${percent}`);

/**
 * Runs `work` with a heap that is cleared often. A replay keeps some 70 MB of rows, and every row lives through a page or
 * two before it is garbage. Node sees memory that is free and lets such garbage become four times as much as is alive, which
 * the service around it then holds; clearing it at half as much again costs some hundredths of the time.
 */
export const inCloseHeap = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  working += 1;
  grow(growingPercent.closely);
  try {
    return await work();
  } finally {
    working -= 1;
    if (working === 0) grow(growingPercent.asNodeSeesFit);
  }
};
