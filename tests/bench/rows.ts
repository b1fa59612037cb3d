import type { Row } from './harness/bench.ts';
import { append } from './rows/append.ts';
import { catchUpRow } from './rows/catchUp.ts';
import { emmett } from './rows/emmett.ts';
import { hotItem } from './rows/hotItem.ts';
import { orders } from './rows/orders.ts';
import { orderToJournal } from './rows/orderToJournal.ts';
import { reads } from './rows/reads.ts';

/** Every row of the table, in its order. */
export const rows: readonly Row[] = [append, hotItem, orders, orderToJournal, catchUpRow, reads, emmett];
