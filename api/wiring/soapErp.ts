import { soapAsking } from '../../adapters/erp/soap/calls.ts';
import { createSoapErp } from '../../adapters/erp/soap/client.ts';
import { createSoapLookup } from '../../adapters/erp/soap/lookup.ts';
import { startSoapErpSimulator } from '../../adapters/erp/soap/simulator.ts';
import type { ErpSystem } from '../erpSystems.ts';
import type { ConnectErp } from './erps.ts';
import { basic, bearer, tracedHttp } from './partnerHttp.ts';
import { reachedAt, whereText } from './throughAgent.ts';

type Soap = Extract<ErpSystem, { readonly interface: 'soap' }>;

/** Loaded only where an ERP is called by SOAP: nobody else needs a reader of XML. */
export const connectSoapErp: ConnectErp<Soap> = async (system, { url, version, token, user, password }, place) => {
  const simulator = url === undefined ? await startSoapErpSimulator({ ...place.simulators, name: system }) : undefined;
  const where = url ?? `${simulator?.url}/services/DistributorErp`;
  const headers = user !== undefined && password !== undefined ? basic(user, password) : bearer(token);
  const { send } = tracedHttp(place.hooks, { partner: system, ...reachedAt(system, where, place.carry), headers });
  return {
    url: where,
    where: whereText(where),
    erp: createSoapErp({ system, version, send }),
    lookup: createSoapLookup({ system, version, ask: soapAsking(version, send) }),
    receivables: undefined,
    book: undefined,
    simulator,
  };
};
