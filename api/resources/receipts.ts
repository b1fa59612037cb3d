import { eventIdOf } from '../../commands/eventIds.ts';
import type { ReceiptRequest } from '../../projections/eventIndex/receipts.ts';
import { isOpenTo } from '../partnerBounds.ts';
import type { Principal } from '../principal.ts';
import { type Route, read } from '../route.ts';
import { commandReceipt, receiptParams } from '../schemas/receipts.ts';

/** Who only sells or only moves goods is told of others' commands where it may read the order. */
const othersFor = ({ roles, nodes }: Principal): ReceiptRequest['others'] => {
  if (nodes !== 'all' && !isOpenTo('readOrder', 'nodes')) return 'none';
  return roles.some((role) => role !== 'channel' && role !== 'warehouse') ? 'all' : 'orders';
};

const readReceipt = read({
  operation: 'readReceipt',
  path: '/v1/receipts/{commandId}',
  tag: 'Receipts',
  summary: 'What was recorded for a command',
  description:
    'Nothing is found for a command that was refused, that changed nothing, or that is not yours to see. What became of it further on is found by its `correlationId` or order.',
  params: receiptParams,
  answer: commandReceipt,
  models: ['event_index', 'orders'],
  handle: ({ params: { commandId } }, call, deps) =>
    deps.reads.receiptOf(
      {
        commandId,
        firstEventId: eventIdOf(commandId, 0),
        actor: call.principal.id,
        others: othersFor(call.principal),
      },
      call.scope,
    ),
});

export const receiptRoutes: readonly Route[] = [readReceipt];
