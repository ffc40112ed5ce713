import { SetMetadata, type CustomDecorator } from '@nestjs/common';

export const IS_PUBLIC = 'isPublic';

/** Opens a controller or a route to callers without a credential. */
export const Public = (): CustomDecorator => SetMetadata(IS_PUBLIC, true);
