/** The topic of every write that changes who has access: API keys and revoked tokens. */
export const ACCESS = 'access';
