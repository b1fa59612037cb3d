import { z } from 'zod';

/** The one that is always there, behind `ERP_URL` or simulated. */
export const defaultErp = 'erp';
export const defaultWms = 'wms';

/** Said in the place of an address: only its agent reaches the system, which calls us. */
export const byAgent = 'agent';

const httpUrl = z.url({ protocol: /^https?$/ });

/** Where a system is that an agent may stand in front of. */
export const systemUrl = z
  .string()
  .refine(
    (text) => text === byAgent || httpUrl.safeParse(text).success,
    `must be an http:// or https:// address, or ${byAgent}`,
  );

const secret = z.string().min(1);

/** Without an address or a folder it is simulated. */
const system = z.discriminatedUnion('interface', [
  z.strictObject({ interface: z.literal('rest'), url: systemUrl.optional(), token: secret.optional() }),
  z.strictObject({
    interface: z.literal('soap'),
    url: systemUrl.optional(),
    version: z.enum(['1.1', '1.2']).default('1.1'),
    token: secret.optional(),
    user: secret.optional(),
    password: secret.optional(),
  }),
  z.strictObject({ interface: z.literal('file'), folder: z.string().min(1).optional() }),
]);
export type ErpSystem = z.infer<typeof system>;

export const isSimulated = (each: ErpSystem): boolean =>
  each.interface === 'file' ? each.folder === undefined : each.url === undefined;

/** Names of adapters that are taken; those of an ERP's receivables and of its book are made of its own. */
const taken = /^(erp|wms|tax|fraud|crm)(-|$)|-(receivables|book)$/;
const systemName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,29}$/, 'names of ERPs are small letters, digits and hyphens')
  .refine(
    (name) => !taken.test(name),
    'erp…, wms…, tax…, fraud…, crm…, …-receivables and …-book are names of other adapters',
  );

const parsedJson = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'must be JSON: {"name":{"interface":"soap","url":"https://…"}}' });
    return z.NEVER;
  }
});

export const erpSystems = parsedJson.pipe(z.record(systemName, system)).default({});
export type ErpSystems = z.infer<typeof erpSystems>;

const routesText = z
  .string()
  .regex(
    /^[^\s,=]+=[^\s,=]+(\s*,\s*[^\s,=]+=[^\s,=]+)*$/,
    'must be business units and their ERPs, as NORD=legacy,*=cloud',
  );

/** `*`: every business unit that is not named. */
export const erpRoutes = routesText
  .transform((text) => text.split(',').map((each) => each.trim().split('=') as [bu: string, system: string]))
  .refine((routes) => new Set(routes.map(([bu]) => bu)).size === routes.length, 'names a business unit twice')
  .transform((routes): ReadonlyMap<string, string> => new Map(routes))
  .default(new Map());

export const erpOf = (routes: ReadonlyMap<string, string>, bu: string): string =>
  routes.get(bu) ?? routes.get('*') ?? defaultErp;

/** The business units of one ERP; `*`: all that no route names. */
export const unitsOf = (routes: ReadonlyMap<string, string>, system: string): readonly string[] => {
  const named = [...routes].flatMap(([bu, name]) => (name === system ? [bu] : []));
  return system === defaultErp && !routes.has('*') ? [...named, '*'] : named;
};

/** Business units that a route speaks of and nobody has defined: a slip of the pen would send theirs to another ERP. */
export const routesOfNobody = (routes: ReadonlyMap<string, string>, defined: readonly string[]): readonly string[] =>
  [...routes.keys()].filter((bu) => bu !== '*' && !defined.includes(bu));

export const secretsStay =
  'the agent has the credentials of a system that only it reaches; they are not to be known here';

const hasSecretHere = (each: ErpSystem): boolean =>
  each.interface !== 'file' &&
  each.url === byAgent &&
  (each.token !== undefined || ('user' in each && (each.user !== undefined || each.password !== undefined)));

type Addresses = {
  readonly erp: { readonly url: string | undefined; readonly systems: ErpSystems };
  readonly wms: { readonly url: string | undefined };
};

/** The systems that are reached through agents, by their names. */
export const systemsByAgent = ({ erp, wms }: Addresses): readonly string[] => [
  ...(erp.url === byAgent ? [defaultErp] : []),
  ...Object.entries(erp.systems).flatMap(([name, each]) =>
    each.interface !== 'file' && each.url === byAgent ? [name] : [],
  ),
  ...(wms.url === byAgent ? [defaultWms] : []),
];

type Given = { readonly ERP_SYSTEMS?: string | undefined; readonly ERP_ROUTES?: string | undefined };

/** What the two variables get wrong together. What either gets wrong by itself is told elsewhere. */
export const erpMistakes = (given: Given, mustHaveAddresses: boolean): readonly string[] => {
  const systems = erpSystems.safeParse(given.ERP_SYSTEMS);
  const routes = erpRoutes.safeParse(given.ERP_ROUTES);
  if (!systems.success || !routes.success) return [];
  const known = [defaultErp, ...Object.keys(systems.data)];
  const unknown = [...routes.data].filter(([, name]) => !known.includes(name));
  const half = Object.entries(systems.data).filter(
    ([, each]) => each.interface === 'soap' && (each.user === undefined) !== (each.password === undefined),
  );
  const secrets = Object.entries(systems.data).filter(([, each]) => hasSecretHere(each));
  const simulated = Object.entries(systems.data).filter(([, each]) => isSimulated(each));
  return [
    ...unknown.map(([bu, name]) => `ERP_ROUTES sends ${bu} to ${name}, and ERP_SYSTEMS has only ${known.join(', ')}`),
    ...half.map(([name]) => `ERP_SYSTEMS ${name}: user and password belong together`),
    ...secrets.map(([name]) => `ERP_SYSTEMS ${name}: ${secretsStay}`),
    ...(mustHaveAddresses ? simulated : []).map(
      ([name, { interface: by }]) =>
        `ERP_SYSTEMS ${name} has no address, and simulators belong to one process: give it a ${by === 'file' ? 'folder' : 'url'}`,
    ),
  ];
};
