namespace Mesh.Stores.Embedded.Storage;

/// <summary>A file on disk, readable by its owner alone.</summary>
internal sealed class DiskFile : IStorageFile
{
    private readonly FileStream _stream;

    public DiskFile(string path)
    {
        Name = System.IO.Path.GetFileName(path);
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Read,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = DiskFolder.PrivateFile;
        }

        _stream = new FileStream(path, options);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public long Length => RandomAccess.GetLength(_stream.SafeFileHandle);

    /// <inheritdoc/>
    public int Read(long offset, Span<byte> buffer)
    {
        var total = 0;
        while (total < buffer.Length)
        {
            var count = RandomAccess.Read(_stream.SafeFileHandle, buffer[total..], offset + total);
            if (count == 0)
            {
                break;
            }

            total += count;
        }

        return total;
    }

    /// <inheritdoc/>
    public void Write(long offset, ReadOnlySpan<byte> bytes) => RandomAccess.Write(_stream.SafeFileHandle, bytes, offset);

    /// <inheritdoc/>
    public void SetLength(long length) => RandomAccess.SetLength(_stream.SafeFileHandle, length);

    /// <inheritdoc/>
    public void Sync() => Durable.Flush(_stream.SafeFileHandle, _stream.Name);

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();
}
