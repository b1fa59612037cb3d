import { EventStoreDBClient } from '@eventstore/db-client';
import { ConnectionStringInvalid, type Credentials, credentialsOf, form, mistakeOf } from './connectionString.ts';

export type Connection = { readonly client: EventStoreDBClient; readonly credentials: Credentials | undefined };

/**
 * A client for a connection string; connects at the first call. TLS, credentials, cluster members and keep-alive come
 * from the string. Throws `ConnectionStringInvalid`.
 */
export const connectTo = (connectionString: string): Connection => {
  const mistake = mistakeOf(connectionString);
  if (mistake !== undefined) throw new ConnectionStringInvalid(`${mistake}; expected ${form}`);
  try {
    return {
      client: EventStoreDBClient.connectionString(connectionString.trim()),
      credentials: credentialsOf(connectionString),
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    // The client quotes what it could not read, which may be a password.
    const safe = connectionString.includes('@') ? 'the client cannot read it' : reason;
    throw new ConnectionStringInvalid(/certificate|key/i.test(reason) ? reason : `${safe}; expected ${form}`);
  }
};
