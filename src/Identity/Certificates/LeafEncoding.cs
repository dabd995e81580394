using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Identity.Certificates;

/// <summary>
/// DER of leaf certificates (RFC 5280 §4.1), byte for byte what <see cref="CertificateRequest"/> writes. That class reads back what
/// it wrote, which takes longer than the rest together, and every proxy that connects needs a certificate.
/// </summary>
internal static class LeafEncoding
{
    private const string RsaWithSha256 = "1.2.840.113549.1.1.11";
    private const string EcdsaWithSha256 = "1.2.840.10045.4.3.2";
    private const int LastYearOfUtcTime = 2049;

    /// <summary>The part that is signed.</summary>
    /// <param name="leaf">What it says; its subject is empty.</param>
    /// <param name="issuer">Name of the authority.</param>
    /// <param name="isRsa">Kind of the authority's key: RSA or EC.</param>
    public static byte[] ToBeSigned(LeafRequest leaf, X500DistinguishedName issuer, bool isRsa)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            {
                writer.WriteInteger(2);
            }

            writer.WriteInteger(leaf.SerialNumber.Span);
            WriteAlgorithm(writer, isRsa);
            writer.WriteEncodedValue(issuer.RawData);
            using (writer.PushSequence())
            {
                WriteTime(writer, leaf.NotBefore);
                WriteTime(writer, leaf.NotAfter);
            }

            using (writer.PushSequence())
            {
                // No subject: the name is in the critical alternative name.
            }

            writer.WriteEncodedValue(leaf.PublicKeyInfo.Span);
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 3)))
            using (writer.PushSequence())
            {
                foreach (var extension in leaf.Extensions)
                {
                    WriteExtension(writer, extension);
                }
            }
        }

        return writer.Encode();
    }

    /// <summary>The certificate.</summary>
    public static byte[] Certificate(ReadOnlySpan<byte> toBeSigned, ReadOnlySpan<byte> signature, bool isRsa)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(toBeSigned);
            WriteAlgorithm(writer, isRsa);
            writer.WriteBitString(signature);
        }

        return writer.Encode();
    }

    private static void WriteAlgorithm(AsnWriter writer, bool isRsa)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(isRsa ? RsaWithSha256 : EcdsaWithSha256);
            if (isRsa)
            {
                writer.WriteNull();
            }
        }
    }

    private static void WriteTime(AsnWriter writer, DateTimeOffset time)
    {
        if (time.UtcDateTime.Year <= LastYearOfUtcTime)
        {
            writer.WriteUtcTime(time, LastYearOfUtcTime);
        }
        else
        {
            writer.WriteGeneralizedTime(time, omitFractionalSeconds: true);
        }
    }

    private static void WriteExtension(AsnWriter writer, X509Extension extension)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(extension.Oid!.Value!);
            if (extension.Critical)
            {
                writer.WriteBoolean(true);
            }

            writer.WriteOctetString(extension.RawData);
        }
    }
}
