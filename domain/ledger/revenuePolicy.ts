import type { Role } from './roles.ts';

/** When the revenue of goods is recognised: with their invoice, when they leave, or when they have arrived (spec 4.8). */
export const revenuePolicies = ['ON_INVOICE', 'ON_SHIPMENT', 'ON_DELIVERY'] as const;
export type RevenuePolicy = (typeof revenuePolicies)[number];

/**
 * The policy that goods left under: their confirmation says it and every document that follows from it, so a change of policy
 * reaches what leaves from then on and nothing before. ON_INVOICE is said by saying nothing.
 */
export type EarlierThanIssue = Exclude<RevenuePolicy, 'ON_INVOICE'>;

export const saidOf = (policy: RevenuePolicy | undefined): { readonly revenuePolicy?: EarlierThanIssue } =>
  policy === undefined || policy === 'ON_INVOICE' ? {} : { revenuePolicy: policy };

/** Where the cost of goods that left waits for their revenue. */
export const costWaitsIn = (policy: EarlierThanIssue | undefined): Role & ('DEFERRED_COGS' | 'GOODS_IN_TRANSIT_OUT') =>
  policy === 'ON_DELIVERY' ? 'GOODS_IN_TRANSIT_OUT' : 'DEFERRED_COGS';
