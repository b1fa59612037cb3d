import { backorderRelease } from '../../domain/orderToCash/backorder.ts';
import { creditRecheck } from '../../domain/orderToCash/creditRecheck.ts';
import { glExport } from '../../domain/orderToCash/glExport.ts';
import { nodeReopening } from '../../domain/orderToCash/nodeReopening.ts';
import { orderToCash } from '../../domain/orderToCash/orderToCash.ts';
import { overcommitmentRepair } from '../../domain/orderToCash/overcommitment.ts';
import type { Process } from '../../domain/orderToCash/process.ts';
import { withoutNode } from '../../domain/orderToCash/withoutNode.ts';

/** Every process manager of the product. A state is handed only to the process that it came from. */
export const processes = [
  orderToCash,
  backorderRelease,
  creditRecheck,
  glExport,
  overcommitmentRepair,
  nodeReopening,
  withoutNode,
] as unknown as readonly Process[];
