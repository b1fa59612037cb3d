import { booksSamples } from './samples/books.ts';
import { goodsSamples } from './samples/goods.ts';
import { masterDataSamples } from './samples/masterData.ts';
import { operationsSamples } from './samples/operations.ts';
import { ordersSamples } from './samples/orders.ts';
import type { Samples } from './samples/sample.ts';
import { stockSamples } from './samples/stock.ts';

/** A good request for every command and check: hostile tests spoil one thing at a time. */
export const samples: Samples = {
  ...ordersSamples,
  ...stockSamples,
  ...goodsSamples,
  ...booksSamples,
  ...masterDataSamples,
  ...operationsSamples,
};
