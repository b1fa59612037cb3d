import { eventAt } from '../../commands/deciding/readStream.ts';
import type { StreamName } from '../../domain/eventLog.ts';
import type { DeadLetterContent } from '../../projections/stuck.ts';
import type { ApiDeps } from '../deps.ts';
import { mayDo } from '../permissions.ts';
import { inScope, type Principal } from '../principal.ts';
import { maySeeEvent } from './previewScope.ts';

type Shown = { readonly payload: unknown; readonly payloadHidden: boolean };

const hidden: Shown = { payload: null, payloadHidden: true };

/** What is stuck, in its own words: the event's data, the step's payload or the partner's message, if the caller may read it elsewhere too. */
export const payloadFor = async (
  { payload, bu, payloadRef }: DeadLetterContent,
  principal: Principal,
  deps: ApiDeps,
): Promise<Shown> => {
  const { stream, revision } = payloadRef;
  if (typeof stream === 'string' && typeof revision === 'number') {
    // The name comes out of the log itself.
    const event = await eventAt(deps.log.store, stream as StreamName, revision);
    if (event === undefined) return { payload: null, payloadHidden: false };
    const isVisible = maySeeEvent(principal, stream, event.metadata.partition.bu);
    return isVisible ? { payload: event.data, payloadHidden: false } : hidden;
  }
  if (payload === null) return { payload: null, payloadHidden: false };
  const isVisible =
    mayDo('readOrder', principal.roles) &&
    (bu === null ? principal.businessUnits === 'all' : inScope(principal.businessUnits, bu));
  return isVisible ? { payload: JSON.parse(payload), payloadHidden: false } : hidden;
};
