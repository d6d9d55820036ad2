"""The Processing provider ``changevg``: one file per algorithm, helpers beside them."""
