"""Federation 1 subgraphs, rewritten to what Federation 2 would say."""
