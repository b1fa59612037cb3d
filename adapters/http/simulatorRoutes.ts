import type { SimulatedPartner, SimulatedRoute } from './simulatedPartner.ts';
import { type FaultList, faultSchema } from './simulatorFaults.ts';

type Controlled = {
  readonly partner: SimulatedPartner;
  readonly faults: FaultList;
  readonly requests: ReadonlyMap<string, number>;
};

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
};

const paramsOf = (pattern: string, path: string): Readonly<Record<string, string>> | undefined => {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = decoded(given[index] ?? '');
    if (value === undefined || (value === '') !== (part === '')) return undefined;
    if (part.startsWith(':')) params[part.slice(1)] = value;
    else if (part !== value) return undefined;
  }
  return params;
};

/** The first route that fits, with the values of its `:name` segments. */
export const routeFor = (
  routes: readonly SimulatedRoute[],
  method: string | undefined,
  path: string,
): { readonly route: SimulatedRoute; readonly params: Readonly<Record<string, string>> } | undefined => {
  for (const route of routes) {
    const params = route.method === method ? paramsOf(route.path, path) : undefined;
    if (params !== undefined) return { route, params };
  }
  return undefined;
};

/** Faults in and out, and what really exists. */
export const controlRoutes = ({ faults, partner, requests }: Controlled): readonly SimulatedRoute[] => [
  {
    operation: 'control',
    method: 'POST',
    path: '/control/faults',
    handle: ({ body }) => {
      const parsed = faultSchema.safeParse(body);
      if (!parsed.success) {
        const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
        return { status: 422, body: { error: { code: 'FaultInvalid', message: `Not a fault. ${wrong.join('; ')}` } } };
      }
      return faults.add(parsed.data)
        ? { status: 201, body: parsed.data }
        : { status: 409, body: { error: { code: 'TooManyFaults', message: 'Clear them first.' } } };
    },
  },
  {
    operation: 'control',
    method: 'GET',
    path: '/control/faults',
    handle: () => ({ status: 200, body: { faults: faults.left() } }),
  },
  {
    operation: 'control',
    method: 'GET',
    path: '/control/state',
    handle: () => ({ status: 200, body: { ...partner.state(), requests: Object.fromEntries(requests) } }),
  },
];
