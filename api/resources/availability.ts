import { isInScope, requireScope } from '../authorise.ts';
import { checkedAvailability } from '../checkedAvailability.ts';
import { check, type Route } from '../route.ts';
import { availability, availabilityBody } from '../schemas/stock.ts';
import { invalid } from '../violations.ts';

const checkAvailability = check({
  operation: 'checkAvailability',
  path: '/v1/availability-checks',
  tag: 'Availability',
  summary: 'What can be promised, from where and when',
  description:
    'Changes nothing and reserves nothing, so it needs no key. `fullQtyDate` is null beyond the horizon of 180 days. `alternatives` of an item that is short are what master data name as its substitutes today.',
  body: availabilityBody,
  answer: availability,
  models: ['inventory', 'master_data'],
  refusals: [],
  objections: async ({ body }, { principal }, deps) => {
    const result = isInScope(principal, { bu: body.bu }) ? await checkedAvailability(body, deps) : undefined;
    return result !== undefined && 'errors' in result ? result.errors : [];
  },
  handle: async ({ body }, call, deps) => {
    requireScope(call.principal, { bu: body.bu });
    const result = await checkedAvailability(body, deps);
    if ('errors' in result) throw invalid(result.errors);
    return { lines: result.promises };
  },
});

export const availabilityRoutes: readonly Route[] = [checkAvailability];
