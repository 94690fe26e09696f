-- Deploy portico:facility/image_seed to mysql
-- The images every installation begins with (facility.md section 2.4). An existing one of that name is overwritten.

INSERT INTO facility_image (public_name, image, docker_daemon, port_hook, logs_er, protocol, cpu, memory_bytes, hdd_bytes, type)
VALUES
	('base_image', 'consol/centos-xfce-vnc:latest', 'tcp://:2375', '5901/tcp', 'connect via', 'vnc', 1, 3221225472, 5368709120, 1),
	('base_jupyter', 'jupyter/scipy-notebook:latest', 'tcp://:2375', '3389/tcp', 'token=(?:[-\\w.]|(?:%[\\da-fA-F]{2}))+', 'vnc', 1, 3221225472, 5368709120, 1),
	('base_image_ubuntu', 'danielguerra/ubuntu-xrdp:latest', 'tcp://:2375', '3389/tcp', 'startsecs', 'rdp', 1, 3221225472, 5368709120, 1),
	('link_google', 'https://www.google.com', '', '', '', '', 1, 3221225472, 5368709120, 4)
ON DUPLICATE KEY UPDATE
	image = VALUES(image), docker_daemon = VALUES(docker_daemon), port_hook = VALUES(port_hook), logs_er = VALUES(logs_er),
	protocol = VALUES(protocol), cpu = VALUES(cpu), memory_bytes = VALUES(memory_bytes), hdd_bytes = VALUES(hdd_bytes),
	type = VALUES(type);
