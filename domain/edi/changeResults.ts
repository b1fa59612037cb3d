import type { RecordedDomainEvent } from '../events.ts';
import { qty } from '../quantity.ts';
import type { AskedChange } from './inboundEvents.ts';

/** `IN_PART`: only some of what was to be stopped could be. `PENDING`: credit, a warehouse or a supplier was not heard yet. */
export type ChangeResult = 'ACCEPTED' | 'IN_PART' | 'REJECTED' | 'PENDING';

type Counted = { readonly asked: bigint; readonly done: bigint; readonly refused: bigint };

/** What an event of the order says of one change, in base units. */
const counted = (event: RecordedDomainEvent, changeId: string): Partial<Counted> => {
  switch (event.type) {
    case 'OrderLineChangeRequested': {
      const { added, raised } = event.data;
      if (event.data.changeId !== changeId) return {};
      if (added !== undefined) return { asked: qty(added.line.qty) };
      return { asked: raised === undefined ? 0n : qty(raised.to) - qty(raised.from) };
    }
    case 'OrderLineCancelRequested':
      return event.data.changeId === changeId ? { asked: qty(event.data.requestedQty) } : {};
    case 'OrderLineAdded':
      return event.data.changeId === changeId ? { done: qty(event.data.line.qty) } : {};
    case 'OrderLineChanged':
      return event.data.changeId === changeId ? { done: qty(event.data.addedQty) } : {};
    case 'OrderLineCancelled':
      return event.data.changeId === changeId ? { done: qty(event.data.cancelledQty) } : {};
    case 'OrderLineChangeRefused':
    case 'OrderLineCancelRefused':
      return event.data.changeId === changeId ? { refused: qty(event.data.refusedQty) } : {};
    default:
      return {};
  }
};

/** What came of a change that a partner asked for, by the events of its order. That a line stands so already is no refusal. */
export const changeResult = (
  { changeId, refusal }: Pick<AskedChange, 'changeId' | 'refusal'>,
  events: readonly RecordedDomainEvent[],
): ChangeResult => {
  if (refusal !== null) return refusal === 'CHANGE_EMPTY' ? 'ACCEPTED' : 'REJECTED';
  let [asked, done, refused] = [0n, 0n, 0n];
  for (const event of events) {
    const more = counted(event, changeId);
    asked += more.asked ?? 0n;
    done += more.done ?? 0n;
    refused += more.refused ?? 0n;
  }
  if (done + refused < asked) return 'PENDING';
  if (refused === 0n) return 'ACCEPTED';
  return done === 0n ? 'REJECTED' : 'IN_PART';
};
