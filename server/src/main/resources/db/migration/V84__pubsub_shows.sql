ALTER TABLE pubsub_subscriptions ${addColumn} shows ${name};
