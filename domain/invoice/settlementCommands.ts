import type { DepositFacts } from './settlementEvents.ts';

export type SettlementCommand =
  /**
   * Of this deposit up to `upTo` in all is set aside for the invoice: it takes as much of it as is open. Took it before, or
   * nothing is open: no event.
   */
  { readonly type: 'ApplyDeposit'; readonly deposit: DepositFacts; readonly upTo: string; readonly day: string };
