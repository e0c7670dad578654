"""The demonstration district: plainly invented firms and people on real subdistricts and communities."""
