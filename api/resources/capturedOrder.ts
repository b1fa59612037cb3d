import type { CapturedOrder } from '../../commands/calls/inputs.ts';
import type { Receipt } from '../../commands/ports.ts';
import { bucketTexts } from '../../domain/order/quantities.ts';
import type { ApiDeps } from '../deps.ts';
import { holdReleasers } from '../holdReleasers.ts';
import { HttpProblem } from '../problem.ts';
import type { Call } from '../route.ts';
import { visibleOrder } from '../visibility.ts';

/** The write side's order in the shape of the read model; what only the read side knows is still empty. */
export const orderAnswer = (captured: CapturedOrder, receipt: Receipt) => ({
  ...captured,
  lines: captured.lines.map(({ buckets, ...line }) => ({
    ...line,
    promisedDate: null,
    ...bucketTexts(buckets),
  })),
  releases: [],
  asOfPosition: captured.asOfPosition ?? receipt.position,
  lagMs: 0,
  receipt,
});

/** Who may release depends on the type of the hold (spec 4.12). A hold that is not open is for the decider to refuse. */
export const requireReleaser = async (orderId: string, holdId: string, call: Call, deps: ApiDeps): Promise<void> => {
  const { open } = await visibleOrder(orderId, call, deps);
  const hold = open.find((each) => each.holdId === holdId);
  if (hold === undefined) return;
  const allowed = holdReleasers[hold.type] ?? [];
  if (call.principal.roles.some((role) => allowed.includes(role))) return;
  throw new HttpProblem('FORBIDDEN', `A hold of type ${hold.type} is released by: ${allowed.join(', ')}.`, {
    retain: false,
  });
};
