import { createErpBook } from '../../adapters/erp/book.ts';
import { createErpClient } from '../../adapters/erp/client.ts';
import { createErpLookup } from '../../adapters/erp/lookup.ts';
import { createErpReceivables } from '../../adapters/erp/receivables.ts';
import { startErpSimulator } from '../../adapters/erp/simulator.ts';
import type { RunningSimulator, ServeSimulator } from '../../adapters/http/simulatedPartner.ts';
import type { ErpNames } from '../../commands/calls/shadowLedgers.ts';
import type { Erp, ErpSystems } from '../../commands/partnerPorts.ts';
import type { ErpBook, ErpBooks } from '../../commands/ports/erpBook.ts';
import type { CarryCall, ErpLookup, ErpReceivables } from '../../commands/ports.ts';
import type { PartnerFor } from '../../commands/workers/outboxFeeder.ts';
import { partnerOf, stepPartners } from '../../domain/orderToCash/steps.ts';
import type { Config } from '../config.ts';
import { defaultErp, type ErpSystem, erpOf } from '../erpSystems.ts';
import { connectFileErp } from './fileErp.ts';
import { asking, bearer, type Hooks, tracedHttp } from './partnerHttp.ts';
import { reachedAt, whereText } from './throughAgent.ts';

/** An ERP behind its ports. */
type ConnectedErp = {
  readonly url: string;
  /** For people: its address, or the folder that it looks into. */
  readonly where: string;
  readonly erp: Erp;
  readonly lookup: ErpLookup;
  /** Undefined: its interface does not tell what customers owe. */
  readonly receivables: ErpReceivables | undefined;
  /** Undefined: its interface tells nothing of its books, and cannot be told how far orders are. */
  readonly book: ErpBook | undefined;
  readonly simulator: RunningSimulator | undefined;
};

type Place = {
  readonly hooks: Hooks;
  /** To what only an agent reaches. */
  readonly carry: CarryCall;
  readonly simulators: { readonly serve: ServeSimulator; readonly host: string; readonly directory?: string };
};

export type ConnectErp<S extends ErpSystem> = (system: string, settings: S, place: Place) => Promise<ConnectedErp>;

const connectRestErp: ConnectErp<Extract<ErpSystem, { readonly interface: 'rest' }>> = async (
  system,
  { url, token },
  { hooks, simulators, carry },
) => {
  const simulator = url === undefined ? await startErpSimulator({ ...simulators, name: system }) : undefined;
  const where = url ?? simulator?.url ?? '';
  const options = { ...reachedAt(system, where, carry), headers: bearer(token) };
  const http = tracedHttp(hooks, { ...options, partner: system });
  // With a breaker of its own: an ERP that cannot tell what customers owe may still take orders and journals.
  const receivables = tracedHttp(hooks, { ...options, partner: receivablesAdapter(system) });
  const book = tracedHttp(hooks, { ...options, partner: bookAdapter(system) });
  return {
    url: where,
    where: whereText(where),
    erp: createErpClient({ system, send: http.send }),
    lookup: createErpLookup({ system, ask: asking(http) }),
    receivables: createErpReceivables({ system, ask: asking(receivables) }),
    book: createErpBook({ system, send: book.send }),
    simulator,
  };
};

const receivablesSuffix = '-receivables';
export const receivablesAdapter = (system: string): string => `${system}${receivablesSuffix}`;

const bookSuffix = '-book';
export const bookAdapter = (system: string): string => `${system}${bookSuffix}`;

const connect = async (system: string, settings: ErpSystem, place: Place): Promise<ConnectedErp> => {
  if (settings.interface === 'rest') return connectRestErp(system, settings, place);
  if (settings.interface === 'file') return connectFileErp(system, settings, place);
  const { connectSoapErp } = await import('./soapErp.ts');
  return connectSoapErp(system, settings, place);
};

type Settings = Pick<Config, 'erp'>;

/** The first one is there unless every business unit is somebody else's, and nobody said where it is. */
export const systemsOf = ({
  erp: { url, token, systems, routes },
}: Settings): readonly (readonly [string, ErpSystem])[] => {
  const isNeeded = url !== undefined || !routes.has('*');
  const first = { interface: 'rest', ...(url && { url }), ...(token && { token }) } as const;
  return [...(isNeeded ? [[defaultErp, first] as const] : []), ...Object.entries(systems)];
};

/** Whose a business unit is, and whether there is an ERP of a name. */
export const erpNames = (config: Settings): ErpNames => {
  const names = new Set(systemsOf(config).map(([name]) => name));
  return { of: (bu) => erpOf(config.erp.routes, bu), has: (name) => names.has(name) };
};

/** What calls an ERP goes under the name of the one that has the business unit, so that none holds up another. */
export const partnersFor =
  ({ erp: { routes } }: Settings): PartnerFor =>
  (step, bu) => {
    const partner = partnerOf(step);
    return partner === stepPartners.registerErp ? erpOf(routes, bu) : partner;
  };

/** All ERPs, real or simulated, each business unit with its own. */
export const connectErps = async (config: Settings, place: Place) => {
  const all = await Promise.all(
    systemsOf(config).map(async ([name, settings]) => [name, await connect(name, settings, place)] as const),
  );
  const byName = new Map(all);
  const of = (bu: string): ConnectedErp => {
    const name = erpOf(config.erp.routes, bu);
    const found = byName.get(name);
    if (found === undefined) throw new Error(`no ERP ${name} is configured`);
    return found;
  };
  const books: ErpBooks = { of: (bu) => of(bu).book, named: (system) => byName.get(system)?.book };
  const erps: ErpSystems = { of: (bu) => of(bu).erp, named: (system) => byName.get(system)?.erp };
  const lookup: ErpLookup = {
    order: (bu, ...rest) => of(bu).lookup.order(bu, ...rest),
    journalImport: (bu, ...rest) => of(bu).lookup.journalImport(bu, ...rest),
  };
  return {
    ...{ erps, lookup, books },
    systems: all.map(([name]) => name),
    receivablesOf: (bu: string) => of(bu).receivables,
    places: all.map(([name, { url, where, simulator }]) => ({ name, url, where, simulated: simulator !== undefined })),
    close: async (): Promise<void> => {
      await Promise.all(all.map(([, { simulator }]) => simulator?.close()));
    },
  };
};
