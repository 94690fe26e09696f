-- Verify portico:facility/image on mysql

SELECT id, public_name, image, docker_daemon, host_domain, port_hook, logs_er, protocol, cpu, memory_bytes, hdd_bytes, type FROM facility_image WHERE FALSE;
