-- The fill-in job's work of one second: some of 200 made-up employees touch a machine.
SET NOCOUNT ON;
INSERT INTO Clocking.dbo.Touches (employee_id, clocked_at)
SELECT TOP (1 + ABS(CHECKSUM(NEWID())) % 3) CONCAT('E', 1000 + ABS(CHECKSUM(NEWID())) % 200), SYSDATETIMEOFFSET()
FROM sys.objects;
GO
