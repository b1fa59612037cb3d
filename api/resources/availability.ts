import { requireScope } from '../authorise.ts';
import { checkLines } from '../availability.ts';
import { check, type Route } from '../route.ts';
import { availability, availabilityBody } from '../schemas/stock.ts';
import { invalid } from '../violations.ts';

const checkAvailability = check({
  operation: 'checkAvailability',
  path: '/v1/availability-checks',
  tag: 'Availability',
  summary: 'What can be promised, from where and when',
  description:
    'Changes nothing and reserves nothing, so it needs no key. `fullQtyDate` is null beyond the horizon of 180 days.',
  body: availabilityBody,
  answer: availability,
  models: ['inventory', 'master_data'],
  handle: async ({ body }, call, deps) => {
    requireScope(call.principal, { bu: body.bu });
    const inputs = await deps.reads.availabilityInputs({ bu: body.bu, items: body.lines.map((line) => line.item) });
    const result = checkLines({ bu: body.bu, at: deps.clock(), lines: body.lines }, inputs);
    if ('errors' in result) throw invalid(result.errors);
    return { lines: result.promises };
  },
});

export const availabilityRoutes: readonly Route[] = [checkAvailability];
