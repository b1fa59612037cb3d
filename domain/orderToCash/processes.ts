import { backorderRelease } from './backorder.ts';
import { creditRecheck } from './creditRecheck.ts';
import { dropShipProcess } from './dropShip.ts';
import { glExport } from './glExport.ts';
import { lossProcess } from './losses.ts';
import { nodeReopening } from './nodeReopening.ts';
import { orderToCash } from './orderToCash.ts';
import { overcommitmentRepair } from './overcommitment.ts';
import { periodClose } from './periodClose.ts';
import type { Process } from './process.ts';
import { returnProcess } from './returns.ts';
import { transferProcess } from './transfers.ts';
import { withoutNode } from './withoutNode.ts';

/** Every process manager of the product. A state is handed only to the process that it came from. */
export const processes = [
  orderToCash,
  backorderRelease,
  creditRecheck,
  glExport,
  overcommitmentRepair,
  nodeReopening,
  withoutNode,
  periodClose,
  returnProcess,
  lossProcess,
  dropShipProcess,
  transferProcess,
] as unknown as readonly Process[];
