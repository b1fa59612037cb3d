import type { Event } from '../decider.ts';

// Storage format: see `domain/order/events.ts`.

type Of<T extends string, D> = Event<
  T,
  { readonly bu: string; readonly customer: string; readonly currency: string } & D
>;

export type CreditLimitSet = Of<'CreditLimitSet', { readonly limit: string }>;
/** `exposure` includes this order. `override`: a person with the duty released the hold although the limit is exceeded. */
export type CreditReserved = Of<
  'CreditReserved',
  { readonly orderId: string; readonly amount: string; readonly exposure: string; readonly override: boolean }
>;
export type CreditRefused = Of<
  'CreditRefused',
  { readonly orderId: string; readonly amount: string; readonly exposure: string; readonly limit: string }
>;
export type CreditReleased = Of<
  'CreditReleased',
  { readonly orderId: string; readonly amount: string; readonly cause: string }
>;
export type ExposureSynchronised = Of<'ExposureSynchronised', { readonly openAr: string; readonly asOf: string }>;

export type CreditEvent = CreditLimitSet | CreditReserved | CreditRefused | CreditReleased | ExposureSynchronised;
