import { createErpClient } from '../../../adapters/erp/client.ts';
import { createResilientHttp } from '../../../adapters/http/resilientHttp.ts';
import { anErpOrder } from './order.ts';

// Run as a process of its own, so that a test can kill it in the middle of the call.
const [, , url = '', orderId = ''] = process.argv;
const { send } = createResilientHttp({ partner: 'erp', baseUrl: url });
process.stdout.write('ready\n');
await createErpClient({ system: 'ERP', send }).registerOrder(anErpOrder(orderId));
