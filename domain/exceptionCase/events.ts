import type { Event } from '../decider.ts';
import type { CaseClass } from './classes.ts';

type Id = { readonly caseId: string; readonly bu: string };

/** What the case is about. There is one case for each class and object, however often it comes and goes. */
export type CaseObject = { readonly kind: string; readonly id: string };

/** Something runs over its limit. Again after it was closed, or resolved as fixed when it was not. */
export type CaseOpened = Event<
  'CaseOpened',
  Id & {
    readonly class: CaseClass;
    readonly object: CaseObject;
    readonly orderId: string | null;
    readonly soldTo: string | null;
    readonly node: string | null;
    /** When the clock began, and until when the case is to be resolved. */
    readonly since: string;
    readonly dueAt: string;
    /** As it was then, in minor units. */
    readonly moneyAtRisk: { readonly amount: string; readonly currency: string } | null;
  }
>;

/** Somebody takes the case, or gives it to somebody. */
export type CaseAssigned = Event<
  'CaseAssigned',
  Id & { readonly owner: string; readonly note: string | null; readonly assignedBy: string }
>;

/** FIXED: it is expected to be cured in a moment. ACCEPTED: nothing is to be done about it, so it is not opened again while it lasts. */
export type CaseOutcome = 'FIXED' | 'ACCEPTED';

/** A person did what there was to do about it. The case closes when its cause is gone. */
export type CaseResolved = Event<
  'CaseResolved',
  Id & { readonly outcome: CaseOutcome; readonly note: string; readonly resolvedBy: string }
>;

/** What it was about is over. */
export type CaseClosed = Event<'CaseClosed', Id>;

export type CaseEvent = CaseOpened | CaseAssigned | CaseResolved | CaseClosed;
