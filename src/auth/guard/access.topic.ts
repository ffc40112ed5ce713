/** The topic of writes that change access: API keys and revoked tokens. */
export const ACCESS_TOPIC = 'access';
