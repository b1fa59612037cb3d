import { booksRoutes } from './claiming/books.ts';
import { goodsRoutes } from './claiming/goods.ts';
import { masterDataRoutes } from './claiming/masterData.ts';
import { operationsRoutes } from './claiming/operations.ts';
import { ordersRoutes } from './claiming/orders.ts';
import type { ClaimingRoutes } from './claiming/row.ts';
import { stockRoutes } from './claiming/stock.ts';

/** Every command that is one append. */
export const claimingRoutes: ClaimingRoutes = {
  ...ordersRoutes,
  ...stockRoutes,
  ...goodsRoutes,
  ...booksRoutes,
  ...masterDataRoutes,
  ...operationsRoutes,
};
