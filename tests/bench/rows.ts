import type { Row } from './harness/bench.ts';
import { append } from './rows/append.ts';
import { burst } from './rows/burst.ts';
import { catchUpRow } from './rows/catchUp.ts';
import { emmett } from './rows/emmett.ts';
import { evidence } from './rows/evidence.ts';
import { hotItem } from './rows/hotItem.ts';
import { intake } from './rows/intake.ts';
import { logLength } from './rows/logLength.ts';
import { orders } from './rows/orders.ts';
import { orderToJournal } from './rows/orderToJournal.ts';
import { reads } from './rows/reads.ts';
import { scaleOut } from './rows/scaleOut.ts';

/** Every row of the table, in its order. */
export const rows: readonly Row[] = [
  append,
  hotItem,
  orders,
  orderToJournal,
  catchUpRow,
  reads,
  emmett,
  logLength,
  evidence,
  scaleOut,
  burst,
  intake,
];
