#ifndef RUNNER_COPENSSL_SHIM_H
#define RUNNER_COPENSSL_SHIM_H
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>

// A macro made of macros, which Swift does not see.
static const int openssl_public_key_selection = EVP_PKEY_PUBLIC_KEY;

// A parameter builder keeps the pointers of names and texts until it is done, so they must be C's
// own: Swift's strings live in C for one call only.
static const char *const openssl_rsa_modulus = OSSL_PKEY_PARAM_RSA_N;
static const char *const openssl_rsa_exponent = OSSL_PKEY_PARAM_RSA_E;
static const char *const openssl_group_name = OSSL_PKEY_PARAM_GROUP_NAME;
static const char *const openssl_public_point = OSSL_PKEY_PARAM_PUB_KEY;
static const char *const openssl_p256 = "prime256v1";
#endif
