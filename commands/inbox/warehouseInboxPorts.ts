import type { EventFeed } from '../../domain/eventLog.ts';
import type { Wms } from '../partnerPorts.ts';
import type { Checkpoints, ParkedMessages, StuckBoard } from '../ports.ts';
import type { Controls } from '../steering/controls.ts';
import type { DiscardingPorts } from './warehouseDiscards.ts';
import type { TakingPorts } from './warehouseTaking.ts';

export type StuckMessage = {
  readonly system: string;
  readonly messageId: string;
  /** The lane it waits in: its shipment, or itself when it does not say whose it is. */
  readonly shipmentId: string;
  readonly attempts: number;
  readonly error: unknown;
};

const inboxPrefix = 'warehouse-inbox:';

/** The consumer's name on boards, and of its checkpoint. */
export const inboxOf = (system: string): string => `${inboxPrefix}${system}`;

export const isInbox = (consumer: string): boolean => consumer.startsWith(inboxPrefix);

export type WarehouseInboxPorts = TakingPorts &
  DiscardingPorts & {
    readonly wms: Pick<Wms, 'system' | 'messages'> & Partial<Pick<Wms, 'understand'>>;
    /** Holds the feed's cursor under `warehouse-inbox:<system>`. */
    readonly checkpoints: Checkpoints;
    /** How far the log is: what a message follows from lies at or before what this says after the message came. */
    readonly head?: EventFeed['head'];
    readonly onError: (error: unknown, failures: number) => void;
    /** Told of every failed attempt at a message. */
    readonly onStuck?: (stuck: StuckMessage) => void;
    /** How a message ended, the first time that this can be told; one that may only be early, or an outage, is no failure. */
    readonly onOutcome?: (isTaken: boolean) => void;
    /** Where messages that cannot be taken are shown. */
    readonly stuckBoard?: StuckBoard;
    /** Where they are kept. Absent: the feed has to keep them, and the stored cursor stays before them. */
    readonly parked?: ParkedMessages;
    /** While it is true nothing is read and nothing is taken. */
    readonly isPaused?: () => boolean;
    /** Shipments that operators want tried now, and messages that they discarded. */
    readonly controls?: Pick<Controls, 'retries'> & Partial<Pick<Controls, 'discards'>>;
    /** The first pause after a failure, which the later ones grow from, and the wait of a feed while something is pending: 250. */
    readonly retryBaseMs?: number;
    /** Messages that only the feed keeps and that are here, before no more are read: 10,000. */
    readonly pendingMax?: number;
    /** Messages that are kept and here: 1,000. */
    readonly keptMax?: number;
  };
