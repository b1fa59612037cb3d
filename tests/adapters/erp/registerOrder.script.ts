import { createErpClient } from '../../../adapters/erp/client.ts';
import { createSoapErp } from '../../../adapters/erp/soap/client.ts';
import { createResilientHttp } from '../../../adapters/http/resilientHttp.ts';
import { anErpOrder } from './order.ts';

// Run as a process of its own, so that a test can kill it in the middle of the call.
const [, , url = '', orderId = '', by = ''] = process.argv;
const { send } = createResilientHttp({ partner: 'erp', baseUrl: url });
process.stdout.write('ready\n');
const erp =
  by === 'soap' ? createSoapErp({ system: 'ERP', version: '1.1', send }) : createErpClient({ system: 'ERP', send });
await erp.registerOrder(anErpOrder(orderId));
