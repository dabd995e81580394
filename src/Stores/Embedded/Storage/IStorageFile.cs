namespace Mesh.Stores.Embedded.Storage;

/// <summary>A file of an embedded store. Faults are <see cref="IOException"/>s.</summary>
internal interface IStorageFile : IDisposable
{
    /// <summary>Name within its folder.</summary>
    string Name { get; }

    /// <summary>Length in bytes.</summary>
    long Length { get; }

    /// <summary>Reads as much as there is, at most the buffer.</summary>
    /// <returns>How many bytes were read.</returns>
    int Read(long offset, Span<byte> buffer);

    /// <summary>Writes all bytes; not durable before <see cref="Sync"/>.</summary>
    void Write(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Cuts or extends the file.</summary>
    void SetLength(long length);

    /// <summary>Makes everything written durable.</summary>
    void Sync();
}
