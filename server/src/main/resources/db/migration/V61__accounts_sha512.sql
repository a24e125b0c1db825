ALTER TABLE accounts ${addColumn} sha512_salt ${bytes};
ALTER TABLE accounts ${addColumn} sha512_stored_key ${bytes};
ALTER TABLE accounts ${addColumn} sha512_server_key ${bytes};
