/** The connection string of EventStoreDB cannot be used. The message holds no password. */
export class ConnectionStringInvalid extends Error {
  override readonly name = 'ConnectionStringInvalid';
}

/** What a connection string looks like, for who wrote another one. */
export const form =
  'esdb://[user:password@]host[:port][,host[:port]…][?option=value&…], or esdb+discover://… for one DNS name of a cluster';

/** In the client's spelling. An unknown option would be ignored by the client, with the password in its warning. */
const options = [
  'connectionName',
  'defaultDeadline',
  'discoveryInterval',
  'gossipTimeout',
  'keepAliveInterval',
  'keepAliveTimeout',
  'maxDiscoverAttempts',
  'nodePreference',
  'tls',
  'tlsCAFile',
  'userCertFile',
  'userKeyFile',
] as const;
const known = new Set(options.map((option) => option.toLowerCase()));

/** What these would do, they must not: a log that answers from a follower or swallows a failed append is no log. */
const forbidden: Readonly<Record<string, string>> = {
  throwonappendfailure: 'a failed append must be an error',
  tlsverifycert: 'the client ignores it; trust a private authority with tlsCAFile',
};

/** Why a connection string cannot be used, without its password; undefined when it can. */
export const mistakeOf = (text: string): string | undefined => {
  const match = /^([a-z+]+):\/\/(?:([^@/]*)@)?([^?/@]*)(?:\/[^?]*)?(?:\?(.*))?$/.exec(text.trim());
  if (match === null) return 'it has another form';
  const [, scheme, credentials, hosts = '', query = ''] = match;
  if (scheme !== 'esdb' && scheme !== 'esdb+discover') return `its scheme is ${scheme}://`;
  if (credentials !== undefined && credentials.split(':').length !== 2) {
    return 'its credentials are not user:password; write : as %3A and @ as %40 within them';
  }
  const list = hosts.split(',');
  if (!list.every((host) => /^[A-Za-z0-9._-]+(:\d{1,5})?$/.test(host))) return `its hosts are ${hosts || 'missing'}`;
  if (scheme === 'esdb+discover' && list.length > 1) {
    return 'esdb+discover:// takes one DNS name, of which the client would use the first; list nodes with esdb://';
  }
  for (const pair of query === '' ? [] : query.split('&')) {
    const [key = '', value = ''] = pair.split('=');
    const reason = forbidden[key.toLowerCase()];
    if (reason !== undefined) return `it sets ${key}: ${reason}`;
    if (!known.has(key.toLowerCase())) return `it sets ${key}, which is not one of ${options.join(', ')}`;
    if (key.toLowerCase() === 'nodepreference' && value !== 'leader') return 'its nodePreference is not leader';
  }
  if (credentials === undefined && !/(^|&)tls=false(&|$)/i.test(query)) {
    return 'it has no user:password, without which a secured server answers nothing';
  }
  return undefined;
};

export type Credentials = { readonly username: string; readonly password: string };

/** Who the string logs in as; undefined when it names nobody. */
export const credentialsOf = (text: string): Credentials | undefined => {
  const match = /^[a-z+]+:\/\/([^:@/]*):([^@/]*)@/.exec(text.trim());
  if (match === null) return undefined;
  return { username: decodeURIComponent(match[1] ?? ''), password: decodeURIComponent(match[2] ?? '') };
};
