-- Revert portico:facility/image_seed from mysql
-- Only rows that are still as they were seeded.

DELETE FROM facility_image
 WHERE (public_name, image) IN (
	('base_image', 'consol/centos-xfce-vnc:latest'),
	('base_jupyter', 'jupyter/scipy-notebook:latest'),
	('base_image_ubuntu', 'danielguerra/ubuntu-xrdp:latest'),
	('link_google', 'https://www.google.com'));
