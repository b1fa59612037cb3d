import type { Decider } from '../decider.ts';
import type { StockAdvicePlan } from '../masterData/partnerEvents.ts';
import type { StockAdviceRequested } from './adviceEvents.ts';

type Requested = StockAdviceRequested['data'];

export type StockAdvice = {
  /** The newest stretch of time for which all was told. */
  readonly slot: string | null;
  /** Of the newest request of either kind. */
  readonly requestedAt: string | null;
  readonly through: string | null;
};

/** `at`: an instant. `through`: how far stock is folded. */
type Asking = Pick<Requested, 'bu' | 'partner' | 'soldTo' | 'through'> & {
  readonly at: string;
  readonly plan: StockAdvicePlan;
};

export type StockAdviceCommand = ({ readonly type: 'AdviseAll' } | { readonly type: 'AdviseChanges' }) & Asking;

const minuteMs = 60_000;

/** The stretch of time that an instant is in: all of them are equally long and counted from 1970. */
const slotOf = ({ everyMinutes }: StockAdvicePlan, at: string): string => {
  const lengthMs = everyMinutes * minuteMs;
  return new Date(Math.floor(Date.parse(at) / lengthMs) * lengthMs).toISOString();
};

/**
 * What is due: once in each stretch of time all, however many were missed, and in between what changed, as soon as the agreed
 * minutes are over since whatever was told last. Null: nothing.
 */
export const dueAdvice = (
  { slot, requestedAt }: StockAdvice,
  plan: StockAdvicePlan,
  at: string,
): StockAdviceCommand['type'] | null => {
  if (slot === null || slot < slotOf(plan, at)) return 'AdviseAll';
  if (plan.changesAfterMinutes === null || requestedAt === null) return null;
  return Date.parse(at) - Date.parse(requestedAt) >= plan.changesAfterMinutes * minuteMs ? 'AdviseChanges' : null;
};

const decide = (command: StockAdviceCommand, state: StockAdvice): readonly StockAdviceRequested[] => {
  const { type, at, plan, bu, partner, soldTo, through } = command;
  if (dueAdvice(state, plan, at) !== type) return [];
  const about = { bu, partner, soldTo, through, requestedAt: at };
  const data: Requested =
    type === 'AdviseAll'
      ? { ...about, scope: 'ALL', slot: slotOf(plan, at), changedAfter: null }
      : { ...about, scope: 'CHANGED', slot: null, changedAfter: state.through };
  return [{ type: 'StockAdviceRequested', data }];
};

/**
 * Stream `stockadvice-<bu>.<partner>`. Each stretch of time, and each change report's predecessor, is asked for once, whoever looks
 * and however many do: what is not due any more is no event.
 */
export const stockAdviceDecider: Decider<StockAdvice, StockAdviceCommand, StockAdviceRequested> = {
  category: 'stockadvice',
  initial: { slot: null, requestedAt: null, through: null },
  decide,
  evolve: (state, { data: { slot, requestedAt, through } }) => ({ slot: slot ?? state.slot, requestedAt, through }),
};
