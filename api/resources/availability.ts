import type { z } from 'zod';
import { isInScope, requireScope } from '../authorise.ts';
import { checkLines, componentsOf } from '../availability.ts';
import type { ApiDeps } from '../deps.ts';
import { check, type Route } from '../route.ts';
import { availability, availabilityBody } from '../schemas/stock.ts';
import { invalid } from '../violations.ts';

type Body = z.output<typeof availabilityBody>;

/** Without its business unit no item is known; then it is the unit that is told. */
const checked = async ({ bu, lines }: Body, deps: ApiDeps): Promise<ReturnType<typeof checkLines>> => {
  const items = lines.map(({ item }) => item);
  let inputs = await deps.reads.availabilityInputs({ bu, items });
  const components = componentsOf(inputs);
  // Everything anew, so that a kit and what it is made of come from one snapshot.
  if (components.length > 0)
    inputs = await deps.reads.availabilityInputs({ bu, items: [...new Set([...items, ...components])] });
  if (!inputs.buKnown)
    return { errors: [{ pointer: '/bu', code: 'BU_UNKNOWN', detail: `There is no business unit ${bu}.` }] };
  return checkLines({ at: deps.clock(), lines }, inputs);
};

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
  refusals: [],
  objections: async ({ body }, { principal }, deps) => {
    const result = isInScope(principal, { bu: body.bu }) ? await checked(body, deps) : undefined;
    return result !== undefined && 'errors' in result ? result.errors : [];
  },
  handle: async ({ body }, call, deps) => {
    requireScope(call.principal, { bu: body.bu });
    const result = await checked(body, deps);
    if ('errors' in result) throw invalid(result.errors);
    return { lines: result.promises };
  },
});

export const availabilityRoutes: readonly Route[] = [checkAvailability];
